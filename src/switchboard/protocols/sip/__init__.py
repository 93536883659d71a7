"""SIP (RFC 3261): messages, transactions, dialogs and digest, as plain state machines."""
