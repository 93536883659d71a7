"""Scripts, articles, canned replies.

Empty until the desk shows knowledge; it will hold articles by client and language.
"""
