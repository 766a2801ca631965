"""Who may talk to the server, and in what form: rules on values, without a socket."""
