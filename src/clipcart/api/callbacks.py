"""The door for payment providers: what they call is kept as it came, answered, then read by a job.

No form token is asked for: the provider's signature over the raw body says who calls.
"""

from collections.abc import Sequence

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from clipcart import payments
from clipcart.doorway import Services
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent

MAX_BODY_BYTES = 256 * 1024


@post(
    "/payments/callbacks/{provider:str}",
    status_code=204,
    include_in_schema=False,
    request_max_body_size=MAX_BODY_BYTES,
)
async def take_callback(
    request: Request[object, object, State], provider: FromPath[str], state: State
) -> Response[None]:
    """Keep a callback. The same one again is answered alike and kept once.

    Raises CallbackRefused without a valid signature; Absent for a provider that is not in use.
    """
    services: Services = state.services
    if provider != services.provider.name:
        raise Absent("payment provider")
    headers, body = dict(request.headers.items()), await request.body()

    async def store(tx: Tx) -> bool:
        return await payments.store_callback(tx, services.provider, headers, body)

    await services.db.retrying(store)
    return Response(None, status_code=204)


ROUTES: Sequence[HTTPRouteHandler] = (take_callback,)
