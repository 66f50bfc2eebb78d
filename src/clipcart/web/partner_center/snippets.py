"""What developers paste into a terminal. Secrets are read there and stand in no page."""


def variables(key: str, base_url: str) -> str:
    """The shell variables of an app; secret and token are typed in, unseen."""
    return (
        f"export CLIPCART_URL={base_url}\n"
        f"export CLIPCART_APP_KEY={key}\n"
        "read -rsp 'App secret: ' CLIPCART_APP_SECRET; export CLIPCART_APP_SECRET; echo\n"
        "read -rsp 'Access token: ' CLIPCART_ACCESS_TOKEN; export CLIPCART_ACCESS_TOKEN; echo"
    )


def first_call() -> str:
    """The first call, signed by openssl: which shops let the app in."""
    return (
        "path=/authorization/202309/shops now=$(date +%s) secret=$CLIPCART_APP_SECRET\n"
        'text="$secret${path}app_key${CLIPCART_APP_KEY}timestamp$now$secret"\n'
        'sign=$(printf %s "$text" | openssl dgst -sha256 -hmac "$secret" -r | cut -d" " -f1)\n'
        'curl "$CLIPCART_URL$path?app_key=$CLIPCART_APP_KEY&timestamp=$now&sign=$sign" \\\n'
        '  -H "x-tts-access-token: $CLIPCART_ACCESS_TOKEN"'
    )
