"""What `make run` and `make test` run on: embedded services, the supervisor, the browser finder."""
