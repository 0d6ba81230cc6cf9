"""What things are: tables of facts and the filter language. Standard library only."""
