"""The ledger of facts, live boards, reports. Empty until reports are drawn from the ledger."""
