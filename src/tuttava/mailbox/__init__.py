"""E-mail logging: messages of a shared mailbox become interactions (specification: interactions, 3.14)."""
