"""Fulfilment: from a paid order to a parcel at the door."""
