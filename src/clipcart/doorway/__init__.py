"""Doorway: what every door shares, so that a handler is only parse, one transaction, one page.

Owns      cookies, CSRF, headers, error answers, rendering, metrics
Calls     identity, sellers, checkout (who is asking, and what is in the cart)
Tells     nothing
Promises  a refusal becomes the same status everywhere; no page without a policy against scripts.
"""

from clipcart.doorway.answers import file_response, json_refusal, redirect, status_of
from clipcart.doorway.forms import Form, Upload
from clipcart.doorway.pages import Notice, Renderer, Shell
from clipcart.doorway.services import Services
from clipcart.doorway.visit import Visit

__all__ = [
    "Form",
    "Notice",
    "Renderer",
    "Services",
    "Shell",
    "Upload",
    "Visit",
    "file_response",
    "json_refusal",
    "redirect",
    "status_of",
]
