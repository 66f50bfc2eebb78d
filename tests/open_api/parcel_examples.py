"""Examples of the groups Fulfillment and Logistics."""

from datetime import timedelta

from clipcart import fulfilment, inventory
from clipcart.fulfilment import LabelWish, Mode, ShipRequest
from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example
from tests.open_api.product_examples import a_picture
from tests.open_api.trade import foreign_order, foreign_package, packed, to_ship, unit_ids


def number(serial: int = 7) -> str:
    """A tracking number that the carrier can have given out."""
    return fulfilment.make_tracking_number("usps", serial)


OWN_LABEL = {"shipping_provider_id": "usps"}


def own_label(serial: int = 3) -> ShipRequest:
    """A package under the seller's own number."""
    wish = LabelWish(mode=Mode.SELLER, carrier="usps", tracking_number=number(serial))
    return ShipRequest(label=wish)


@example("GET /logistics/202309/warehouses")
async def get_warehouse_list(_bench: Bench) -> Example:
    return Example()


@example("GET /logistics/202309/global_warehouses")
async def get_global_seller_warehouse(_bench: Bench) -> Example:
    return Example()


@example("GET /logistics/202309/warehouses/{warehouse_id}/delivery_options")
async def get_warehouse_delivery_options(bench: Bench) -> Example:
    async with bench.installation.db.reading() as tx:
        mine = await inventory.warehouses_of(tx, bench.owner, bench.shop_id)
        foreign = await inventory.warehouses_of(
            tx, bench.world.owner("halflight"), bench.foreign_shop_id
        )
    return Example(places={"warehouse_id": mine[0].id}, foreign={"warehouse_id": foreign[0].id})


@example("GET /logistics/202309/delivery_options/{delivery_option_id}/shipping_providers")
async def get_shipping_providers(_bench: Bench) -> Example:
    return Example(places={"delivery_option_id": "standard"})


@example("GET /fulfillment/202309/orders/{order_id}/tracking")
async def get_tracking(bench: Bench) -> Example:
    order_id, _ = await packed(bench)
    await bench.engine.advance(timedelta(days=2))
    return Example(places={"order_id": order_id}, foreign={"order_id": await foreign_order(bench)})


@example("GET /logistics/202604/orders/{order_id}/tracking")
async def get_logistics_tracking(bench: Bench) -> Example:
    return await get_tracking(bench)


@example("POST /fulfillment/202309/packages/search")
async def search_package(bench: Bench) -> Example:
    await packed(bench, 2)
    return Example(query={"page_size": "10"}, body={})


@example("GET /fulfillment/202309/packages/{package_id}")
async def get_package_detail(bench: Bench) -> Example:
    _, package_id = await packed(bench, 2)
    return Example(
        places={"package_id": package_id}, foreign={"package_id": await foreign_package(bench)}
    )


@example("POST /fulfillment/202309/packages")
async def create_packages(bench: Bench) -> Example:
    order_id = await to_ship(bench, 2)
    units = await unit_ids(bench, order_id)
    return Example(
        body={
            "order_id": str(order_id),
            "order_line_item_ids": units[:1],
            "shipping_service_id": "usps",
            "weight": {"value": "1.5", "unit": "POUND"},
        }
    )


@example("POST /fulfillment/202512/packages")
async def create_packages_by_type(bench: Bench) -> Example:
    order_id = await to_ship(bench, 2)
    units = await unit_ids(bench, order_id)
    return Example(
        body={
            "ship_type": "2",
            "order_id": str(order_id),
            "order_line_item": [{"order_line_id": units[0]}],
        }
    )


@example("POST /fulfillment/202309/orders/{order_id}/shipping_services/query")
async def get_eligible_shipping_service(bench: Bench) -> Example:
    order_id = await to_ship(bench)
    return Example(
        places={"order_id": order_id}, body={}, foreign={"order_id": await foreign_order(bench)}
    )


@example("POST /fulfillment/202309/orders/{order_id}/packages")
async def mark_package_as_shipped(bench: Bench) -> Example:
    order_id = await to_ship(bench)
    return Example(
        places={"order_id": order_id},
        body={**OWN_LABEL, "tracking_number": number()},
        foreign={"order_id": await foreign_order(bench)},
    )


@example("POST /fulfillment/202610/orders/{order_id}/packages")
async def mark_package_as_shipped_by_list(bench: Bench) -> Example:
    order_id = await to_ship(bench)
    return Example(
        places={"order_id": order_id},
        body={"shipping_info_list": [{**OWN_LABEL, "tracking_number": number()}]},
        foreign={"order_id": await foreign_order(bench)},
    )


@example("POST /fulfillment/202309/packages/{package_id}/ship")
async def ship_package(bench: Bench) -> Example:
    _, package_id = await packed(bench)
    return Example(
        places={"package_id": package_id},
        body={"handover_method": "DROP_OFF"},
        foreign={"package_id": await foreign_package(bench)},
    )


@example("POST /fulfillment/202309/packages/ship")
async def batch_ship_packages(bench: Bench) -> Example:
    _, package_id = await packed(bench)
    own = {**OWN_LABEL, "tracking_number": number()}
    return Example(body={"packages": [{"id": str(package_id), "self_shipment": own}]})


@example("POST /fulfillment/202309/packages/{package_id}/shipping_info/update")
async def update_package_shipping_info(bench: Bench) -> Example:
    _, package_id = await packed(bench, request=own_label())
    return Example(
        places={"package_id": package_id},
        body={**OWN_LABEL, "tracking_number": number(9)},
        foreign={"package_id": await foreign_package(bench)},
    )


@example("POST /fulfillment/202610/packages/{package_id}/shipping_info/update")
async def update_package_shipping_info_by_list(bench: Bench) -> Example:
    _, package_id = await packed(bench, request=own_label())
    return Example(
        places={"package_id": package_id},
        body={"shipping_info_list": [{**OWN_LABEL, "tracking_number": number(9)}]},
        foreign={"package_id": await foreign_package(bench)},
    )


@example("POST /fulfillment/202309/orders/{order_id}/shipping_info/update")
async def update_shipping_info(bench: Bench) -> Example:
    order_id, _ = await packed(bench, request=own_label())
    return Example(
        places={"order_id": order_id},
        body={**OWN_LABEL, "tracking_number": number(9)},
        foreign={"order_id": await foreign_order(bench)},
    )


@example("GET /fulfillment/202309/packages/{package_id}/shipping_documents")
async def get_package_shipping_document(bench: Bench) -> Example:
    _, package_id = await packed(bench)
    return Example(
        places={"package_id": package_id},
        query={"document_type": "SHIPPING_LABEL"},
        foreign={"package_id": await foreign_package(bench)},
    )


@example("POST /fulfillment/202309/images/upload")
async def upload_delivery_image(_bench: Bench) -> Example:
    return Example(files={"data": a_picture()})


A_PDF = b"%PDF-1.7 " + b"x" * 50


@example("POST /fulfillment/202309/files/upload")
async def upload_delivery_file(_bench: Bench) -> Example:
    return Example(body={"name": "proof.pdf"}, files={"data": A_PDF})


async def a_proof(bench: Bench) -> str:
    """The address of an uploaded proof."""
    answer = await bench.call(
        "POST",
        "/fulfillment/202309/images/upload",
        files={"data": a_picture()},
        cipher=bench.cipher,
    )
    assert answer.code == 0, answer.message
    url: str = answer.data["url"]
    return url


@example("POST /fulfillment/202309/packages/deliver")
async def update_package_delivery_status(bench: Bench) -> Example:
    _, package_id = await packed(bench, request=own_label())
    done = {
        "id": str(package_id),
        "delivery_type": "DELIVERY_SUCCESS",
        "file_type": "IMG",
        "file_url": await a_proof(bench),
    }
    return Example(body={"packages": [done]})


@example("GET /fulfillment/202508/tts_tracking_validation")
async def validate_tracking(_bench: Bench) -> Example:
    return Example(query={"tracking_number": number()})


@example("GET /fulfillment/202309/orders/split_attributes")
async def get_order_split_attributes(bench: Bench) -> Example:
    return Example(query={"order_ids": f"{await to_ship(bench, 2)},7"})


@example("POST /fulfillment/202309/orders/{order_id}/split")
async def split_orders(bench: Bench) -> Example:
    order_id = await to_ship(bench, 3)
    first, second, third = await unit_ids(bench, order_id)
    return Example(
        places={"order_id": order_id},
        body={
            "splittable_groups": [
                {"id": "1", "order_line_item_ids": [first]},
                {"id": "2", "order_line_item_ids": [second, third]},
            ]
        },
        foreign={"order_id": await foreign_order(bench)},
    )


@example("GET /fulfillment/202309/packages/{package_id}/handover_time_slots")
async def get_package_handover_time_slots(bench: Bench) -> Example:
    _, package_id = await packed(bench)
    return Example(
        places={"package_id": package_id}, foreign={"package_id": await foreign_package(bench)}
    )


@example("GET /fulfillment/202309/orders/{order_id}/handover_time_slots")
async def get_order_handover_time_slots(bench: Bench) -> Example:
    return Example(
        places={"order_id": await to_ship(bench)}, foreign={"order_id": await foreign_order(bench)}
    )
