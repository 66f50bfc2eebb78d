"""The event log of a shop: what webhooks push, to be fetched in order. Ours, not the contract's."""

from typing import Any

import msgspec

from clipcart import apps
from clipcart.apps import Notice
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves


def _event(notice: Notice) -> dict[str, Any]:
    return {"cursor": str(notice.seq), **msgspec.json.decode(notice.body)}


def _after(call: Call) -> int:
    text = call.query.get("after") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise call.wrong(
            "after", "it is no cursor", "send the next_cursor of the last answer, or nothing"
        )
    return int(text)


@serves("GET", "/open/202309/events")
async def get_shop_events(call: Call) -> dict[str, Any]:
    """What happened in the shop after a cursor, in its order; 30 days are kept.

    `has_gap`: what came right after the cursor is older than that and forgotten.
    """
    after, size = _after(call), call.page_size(1, 100, 50)
    async with call.reading() as tx:
        part = await apps.notices_for(tx, call.actor, call.consent, call.shop_id, after, size)
    passed = max((each.seq for each in part.notices), default=after)
    if not part.has_more:
        passed = max(passed, part.last_seq)
    return {
        "events": [_event(each) for each in part.notices],
        "next_cursor": str(passed),
        "has_more": part.has_more,
        "has_gap": 0 < after < part.first_seq - 1,
    }
