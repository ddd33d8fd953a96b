"""Dumps of our own writing, in the shapes that scrapers leave: places, people and events are invented."""

from __future__ import annotations

STORY = (
    "Harbour pilots in Vellmark returned to work on Tuesday after the port authority agreed to shorten their "
    "night shifts, ending a dispute that had kept container ships at anchor for nine days.",
    "“We asked for rest, not for money,” said Ilka Brandvold, who speaks for the pilots’ guild. She "
    "said the first "
    "ships would be brought in before dawn.",
    "The authority had argued that shorter shifts would need eleven more pilots, whom it could not "
    "train before "
    "spring. Under the agreement, four retired pilots come back until then.",
    "Shipping agents in the city said it would take about two weeks to clear the queue. At its longest, "
    "thirty-one vessels waited outside the breakwater.",
    "Vellmark handles a third of the country’s grain exports, and millers inland had warned that "
    "flour would run "
    "short if the dispute went on.",
    "Both sides said they would meet again in March to review the new roster.",
)

MENU = (
    "Skip to content",
    "News",
    "Politics",
    "Business",
    "Culture",
    "Sport",
    "Opinion",
    "Newsletters",
    "Log in",
)

FOOTER = (
    "Most read",
    "Ferry line cancels winter crossings",
    "Council votes on tram extension",
    "About us",
    "Contact",
    "Advertise",
    "Privacy policy",
    "Enter your email to subscribe",
    "* indicates required",
    "Subscribe",
    "© The Vellmark Courier. All rights reserved.",
)

HEADLINE = "Vellmark harbour pilots return to work after deal on night shifts"
BYLINE = "by Orsolya Tandem February 3, 2025 6:40 AM 3 min read"
CAPTION = (
    "Container ships at anchor off the Vellmark breakwater, on Feb. 1, 2025. (Pia Rosk / Courier Pictures)"
)

JAPANESE_STORY = (
    "架空の港町ベルマルクで、水先人の組合が火曜日に仕事を再開した。港湾当局が夜勤の時間を短くすることに同意したためで、"
    "九日間続いた対立はこれで終わった。",
    "組合の代表は「求めたのは休息であり、お金ではない」と話した。最初の船は夜明け前に入港する見通しだという。",
    "当局はこれまで、夜勤を短くすれば水先人があと十一人必要になり、春までに育てることはできないと説明していた。"
    "合意により、引退した四人がそれまで復帰する。",
    "海運会社によると、待っている船がすべて入港するまでに二週間ほどかかる。最も多い日には三十一隻が防波堤の外で待っていた。",
)
JAPANESE_MENU = ("ホーム", "ニュース", "政治", "経済", "スポーツ", "文化", "ログイン", "検索")
JAPANESE_FOOTER = (
    "関連記事",
    "フェリー会社が冬の便を休止",
    "会社概要",
    "お問い合わせ",
    "プライバシーポリシー",
    "無断転載を禁じます",
)

ARABIC_STORY = (
    "عاد مرشدو السفن في ميناء فيلمارك الخيالي إلى العمل يوم الثلاثاء بعد أن وافقت سلطة الميناء على "
    "تقصير نوبات الليل، "
    "لينتهي بذلك خلاف أبقى سفن الحاويات راسية تسعة أيام.",
    "وقالت المتحدثة باسم النقابة إن المرشدين طلبوا الراحة لا المال، وأضافت أن أولى السفن ستدخل "
    "الميناء قبل الفجر.",
    "وكانت السلطة قد قالت إن تقصير النوبات يحتاج إلى أحد عشر مرشدا آخرين لا يمكن تدريبهم قبل الربيع.",
    "وتوقع وكلاء الشحن أن يستغرق دخول السفن المنتظرة نحو أسبوعين، بعد أن بلغ عددها إحدى وثلاثين "
    "سفينة خارج حاجز الأمواج.",
)
ARABIC_MENU = ("الرئيسية", "أخبار", "سياسة", "اقتصاد", "رياضة", "ثقافة", "بحث", "تسجيل الدخول")
ARABIC_FOOTER = (
    "اقرأ أيضا",
    "شركة العبارات تلغي رحلات الشتاء",
    "من نحن",
    "اتصل بنا",
    "سياسة الخصوصية",
    "جميع الحقوق محفوظة",
)
