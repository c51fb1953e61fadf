"""Where there is nobody to name: words that people and systems write then, and values that an export has masked."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_STAR = r"[*＊∗⁎✱]"
_DOT = r"[•·●∙⋅・#]"
_GAP = r"(?:[…⋯]|\.{3,})"
MASK = (
    rf"{_STAR}{{2}}|{_DOT}{{3}}|\p{{Han}}{_STAR}|{_STAR}\p{{Han}}"
    rf"|[\pL\d]{_GAP}[\pL\d@]|^{_GAP}\s*\d"
    r"|^[\d\s+()./\-]*([xX]{4}|[xX]{3}[\s.\-]+[xX]{2})[\dxX\s()./\-]*$"
)
"""What a masked value matches: a run of signs, one star beside a Chinese character, what an ellipsis leaves out of it, or a
run of x among digits alone.

One star or x is none: they may stand in an e-mail address and in a customer's number (RE2, for Arrow and SQL).
"""
_IN_A_MASK = rf"{_STAR}|{_DOT}{{3}}|[…⋯]|\.{{3}}|[xX]{{3}}"
"""What every mask has: so seldom that what is told of letters, whose patterns are dear to make, is seldom asked."""
_WHOLE = r"<[^<>*]+@[^<>*]+>"
"""A whole address beside a masked name."""


def is_masked(values: pa.StringArray) -> pa.BooleanArray:
    """Whether each value is masked; false for null.

    >>> is_masked(pa.array(["138****6000", "138…6000", "王*", "xxxx-1234", "AX-1234", "a*b@example.com", None])).to_pylist()
    [True, True, True, True, False, False, False]
    """
    found = pc.fill_null(pc.match_substring_regex(values, _IN_A_MASK), False)
    if pc.any(found).as_py():
        found = pc.fill_null(pc.match_substring_regex(values, MASK), False)
        found = pc.and_not(found, pc.fill_null(pc.match_substring_regex(values, _WHOLE), False))
    return cast("pa.BooleanArray", found)


_WORDS = """
-1 x xx xxx xxxx n/a na n.a n.a. nan nil none null nul undefined missing unknown unkown unspecified empty blank void tbd
tba anonymous anon guest guests visitor walkin walk-in cash test tester testing dummy default notset noname nouser
unregistered deleted redacted dupe inconnu inconnue anonyme invité invitée invite invitee visiteur aucun aucune néant
unbekannt unbekannter unbekannte gast gäste gastbestellung gastkunde gastkonto anonym anonymisiert kein keine keiner ohne
entfällt laufkunde laufkundschaft barverkauf barkunde gelöscht k.a k.a. desconocido desconocida anónimo anónima anonimo
anonima invitado invitada ninguno ninguna sin vacío vacio visitante s/d s/n
pos cpd sammelkunde sammelkonto sammeldebitor einmalkunde diverse divers diverser n.v. n.a.v. thekenverkauf ladenverkauf comptoir mostrador varios
#value! #ref! #name? #div/0! value! ref! name? div/0!
无 未填写 未填 未提供 未登记 未注册 未绑定 未录入 未留 空白 无账号 无帐号 无登录 无邮箱 无手机 无手机号 无电话 没有邮箱 没有手机 没有电话 没有填写 无会员号 非注册用户 未填寫 未提供 未註冊 無帳號 無登入 無手機 無電話 無郵箱
未知 匿名 测试 暂无 空 游客 散客 访客 路人 匿名用户 匿名会员 未知用户 未登录 非会员 游客用户 无名 零售散客 已注销 已删除 不详 没有
临时客户 零售客户 普通顾客 门店客户 现金客户 柜台客户
無 訪客 遊客 匿名用戶 未登入 非會員 測試 暫無
"""
_PHRASES = (
    "no login, no account, no account number, no customer number, no customer id, no user id, no member, no id, no info, not logged in, not registered, not a member, no mail, no address, "
    "kein login, ohne login, kein konto, ohne konto, kein kundenkonto, keine kundennummer, ohne kundennummer, nicht registriert, nicht angemeldet, nicht eingeloggt, "
    "keine mail, keine e-mail, keine email, keine mailadresse, keine e-mail-adresse, keine emailadresse, kein telefon, keine telefonnummer, kein name, "
    "pas de login, sans login, sans identifiant, pas de compte, sans numéro, non inscrit, non inscrite, non enregistré, non connecté, pas de mail, pas d'email, "
    "pas d'e-mail, sans email, sans e-mail, sans mail, pas de téléphone, sans téléphone, non fourni, non fournie, non indiqué, "
    "sin login, sin usuario, sin registro, sin registrar, no registrado, no registrada, sin número, sin email, sin e-mail, sin correo, sin teléfono, sin telefono, "
    "no tiene, no facilitado, no facilitada, no proporcionado, no proporcionada, "
    "not available, not applicable, not provided, not set, not given, no name, no user, no customer, no email, no e-mail, "
    "no phone, no data, no value, guest user, guest customer, guest checkout, guest account, guest order, walk in, "
    "walk-in customer, walk in customer, cash customer, cash sale, unknown customer, unknown user, anonymous user, "
    "anonymous customer, test user, test customer, nicht angegeben, keine angabe, keine angaben, nicht verfügbar, "
    "nicht vorhanden, nicht bekannt, ohne kundenkonto, als gast, gast kunde, anonymer kunde, unbekannter kunde, "
    "non renseigné, non renseignée, non communiqué, non disponible, sans objet, sans compte, client anonyme, client invité, "
    "client inconnu, client de passage, no disponible, no aplica, no consta, no indicado, sin datos, sin dato, sin nombre, "
    "sin cuenta, cliente anónimo, cliente anonimo, cliente invitado, cliente desconocido, "
    "new customer, counter sale, cash sales, one-time customer, one time customer, pos customer, store customer, in store, over the counter, "
    "neuer kunde, neukunde, laden kunde, cpd kunde, conto pro diverse, client comptoir, client divers, clients divers, nouveau client, "
    "venta mostrador, cliente mostrador, cliente nuevo, nuevo cliente, público general, público en general, publico general, "
    "publico en general, consumidor final, clientes varios"
)
NOBODY = frozenset([*_WORDS.split(), *_PHRASES.split(", ")])
"""Keys that stand for no one in any namespace, in lower case and without brackets or dashes around them."""

_JOINTS = r"[\s_\-‐-―]+"

_AROUND = r"^[^\pL\pN]+|[^\pL\pN]+$"
_NOTHING = r"^(0|[^\pL\pN])*$"
"""Nothing but zeros and signs: ``0``, ``000``, ``-``, ``?``, ``...``."""
_MAY_BE_AROUND, _MAY_BE_NOTHING = r"^[^0-9A-Za-z]|[^0-9A-Za-z]$", r"^[^1-9A-Za-z]*$"
"""What a value needs before the patterns above, dear to make for what they know of letters, could find anything."""


@cache  # making an array loads pandas, which a server that starts has no need of
def _joined() -> pa.StringArray:
    """The same written as one word: ``No-Login``, ``no_login`` and ``nologin`` are ``no login``."""
    return pa.array(sorted({re.sub(_JOINTS, "", each) for each in NOBODY if re.search(r"[^\W\d_]", each)}), pa.string())


def stands_for_nobody(keys: pa.StringArray, blocked: frozenset[str] = frozenset()) -> pa.BooleanArray:
    """Whether each of ``keys`` is a word such as ``guest`` or ``n/a``, zeros, masked, or one of ``blocked``; false for null.

    >>> stands_for_nobody(pa.array(["0", "Guest", "(none)", "C1", "-"])).to_pylist()
    [True, True, True, False, True]
    """
    text = pc.utf8_lower(keys)
    words = pa.array(sorted(NOBODY | blocked), pa.string())
    bare = _bare(pc.replace_substring_regex(text, r"[\s_]+", " "))
    found = pc.or_(pc.or_(pc.is_in(text, value_set=words), pc.is_in(bare, value_set=words)), is_masked(keys))
    found = pc.or_(found, pc.is_in(pc.replace_substring_regex(bare, _JOINTS, ""), value_set=_joined()))
    return cast("pa.BooleanArray", pc.or_(found, _nothing(text)))


def _bare(text: pa.StringArray) -> pa.StringArray:
    is_dressed = pc.any(pc.match_substring_regex(text, _MAY_BE_AROUND)).as_py()
    return pc.replace_substring_regex(text, _AROUND, "") if is_dressed else text


def _nothing(text: pa.StringArray) -> pa.BooleanArray:
    found = pc.fill_null(pc.match_substring_regex(text, _MAY_BE_NOTHING), False)
    return pc.fill_null(pc.match_substring_regex(text, _NOTHING), False) if pc.any(found).as_py() else found
