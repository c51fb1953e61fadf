"""How earlier versions spelt identities, so that what the ledger keeps in those spellings still holds."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def former_identities(identities: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Former spellings of ``namespace:key``, and the place of the identity that each is of.

    Phone numbers were kept as the digits that were typed: with or without the country's
    code, a zero or two before it. E-mail addresses and other keys are spelt as they were.

    >>> former_identities(pa.array(["email:a@x.de", "phone:+4915123456789"]))[0].to_pylist()
    ['phone:15123456789', 'phone:015123456789', 'phone:4915123456789', 'phone:004915123456789']
    """
    is_phone = pc.fill_null(pc.starts_with(identities, "phone:+"), False)
    if not pc.any(is_phone).as_py():
        return pa.array([], pa.string()), pa.array([], pa.int64())
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    places = pc.indices_nonzero(is_phone).cast(pa.int64())
    digits = pc.utf8_slice_codeunits(identities.filter(is_phone), len("phone:+"))
    codes = "|".join(map(str, COUNTRY_CODE_TO_REGION_CODE))
    national = pc.replace_substring_regex(digits, f"^({codes})", "")
    forms = [
        pc.binary_join_element_wise("phone:", before, number, "")
        for number, before in ((national, ""), (national, "0"), (digits, ""), (digits, "00"))
    ]
    return pa.concat_arrays(forms), pa.concat_arrays([places] * len(forms))
