"""The command line: thin, it asks the services and prints."""
