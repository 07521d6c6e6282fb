"""Traditional characters read as simplified ones, and rare dashes as the usual one.

Only the letters that the rules of this package use are mapped, one to one, so that offsets stay; what is given back as
written is taken from the text itself.
"""

_TRADITIONAL = (
    "亞佈佔來侷係個傢價億優兒內兩冊別劃劑動務勞勵區協參員問單噸噹國執堅報場塊壓婦學實將對屆層師帶幣幾張強彆後從態慶應戶捲採搶擴"
    "數斷於昇時書會條棟業標樹機檯權歐歲況減準滿漲為營爭牽狀獎現畝當發盞盤確碼種穩窩筆箇節簽籤約級終組結給經線縣縮總績繫續罰聯職"
    "臺與舉萬蓋處號補裡製規訂計設評詞課調變貝負財責貳資車軍輛輪辦農迴週進過達遲還釐釦銷鍾鎮鐘長門開間閤關陞陸隊際隻雙電鞏頃項須"
    "預頒頭頻顆題類顧風颱餘體麵點鼕齣"
)
_SIMPLIFIED = (
    "亚布占来局系个家价亿优儿内两册别划剂动务劳励区协参员问单吨当国执坚报场块压妇学实将对届层师带币几张强别后从态庆应户卷采抢扩"
    "数断于升时书会条栋业标树机台权欧岁况减准满涨为营争牵状奖现亩当发盏盘确码种稳窝笔个节签签约级终组结给经线县缩总绩系续罚联职"
    "台与举万盖处号补里制规订计设评词课调变贝负财责贰资车军辆轮办农回周进过达迟还厘扣销钟镇钟长门开间合关升陆队际只双电巩顷项须"
    "预颁头频颗题类顾风台余体面点冬出"
)
_DASHES = "―─‒‐"
_TABLE = str.maketrans(_TRADITIONAL + _DASHES, _SIMPLIFIED + "—" * len(_DASHES))


def simplified(text: str) -> str:
    """The text, as long as it was, with the traditional letters that the rules use as simplified ones, and one dash."""
    return text.translate(_TABLE)
