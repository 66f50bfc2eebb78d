"""Examples of the group Event."""

from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example
from tests.support.buying import lines_for, place_one, request_for

WEBHOOK = {"event_type": "ORDER_STATUS_CHANGE", "address": "https://connector.example/hook"}


@example("GET /event/202309/webhooks")
async def get_shop_webhooks(bench: Bench) -> Example:
    await bench.call("PUT", "/event/202309/webhooks", body=WEBHOOK, cipher=bench.cipher)
    return Example()


@example("PUT /event/202309/webhooks")
async def update_shop_webhook(_bench: Bench) -> Example:
    return Example(body=WEBHOOK)


@example("DELETE /event/202309/webhooks")
async def delete_shop_webhook(bench: Bench) -> Example:
    await bench.call("PUT", "/event/202309/webhooks", body=WEBHOOK, cipher=bench.cipher)
    return Example(body={"event_type": WEBHOOK["event_type"]})


@example("GET /open/202309/events")
async def get_shop_events(bench: Bench) -> Example:
    lines = await lines_for(bench.installation.db, bench.world, "teapot")
    request = await request_for(bench.installation, bench.world, lines)
    await place_one(bench.installation.db, request)
    await bench.engine.settle()
    return Example(query={"page_size": "1", "after": "0"})
