"""What makes a run trustworthy: the code it runs, its log, its files and where they come from."""
