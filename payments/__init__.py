"""How it was paid: requests, pages, payments, the ledger, receipts."""
