"""Accounts: an e-mail address, a name to show, and what may be asked of them."""
