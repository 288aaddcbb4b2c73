"""Models of sleepiness, from the papers that published them: what hours of duty and sleep do to people on average."""
