"""What every stage may use: knows no stage and no file."""
