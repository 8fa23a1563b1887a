"""Pages over more than one app, and what every page needs: health, sign-in rules, sessions."""
