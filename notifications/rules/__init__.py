"""What is told to whom, in which words, and the life of a notice in the ledger."""
