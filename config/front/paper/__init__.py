"""What leaves the house on paper: sheets of token cards, drawn to the tenth of a millimetre."""
