namespace Hone.Grading.Rules.Languages;

/// <summary>A language as it is recognised: by its scripts and, where several languages share one, by its most frequent small words.</summary>
sealed record Language(string Code, string Name, Script[] Scripts, string Words = "")
{
    public static IReadOnlyList<Language> All { get; } =
    [
        new("en", "English", [Script.Latin], "the of and to in is that it was for are with as this be on not have by from they which you at but or an we what there can if would their will when who has he she his her so all"),
        new("de", "German", [Script.Latin], "der die und das ist nicht von den mit ein eine zu im für auf dass sich auch es dem des wir sie aus werden wird als bei hat nach wie man einen einer über noch nur kann wenn oder aber ich"),
        new("fr", "French", [Script.Latin], "le la les des et est une dans que qui pour pas sur avec ce il elle au du sont par plus ne nous vous cette être ou mais donc on aux ses leur comme tout fait peut aussi été un de je"),
        new("es", "Spanish", [Script.Latin], "el la los las que y es en una por con para no se del al lo como más pero sus su este esta son entre cuando muy sin sobre también hasta hay donde quien desde todo un de porque ya puede"),
        new("it", "Italian", [Script.Latin], "il che di è e la per un una non sono con del della dei nel anche come più si lo gli le al alla da questo questa ma ha essere tra quando dove delle nella ed sua suo perché può"),
        new("pt", "Portuguese", [Script.Latin], "o que de e do da em um uma para com não os as se na no por mais dos das como mas ao ele é foi são também pelo pela sua seu ou ser quando muito há isso está eu nos já"),
        new("nl", "Dutch", [Script.Latin], "de het een en van is dat niet op te zijn met voor in die er aan ook als door maar om bij dan wordt naar uit nog wel heeft kan deze dit wij ze hij worden over zoals omdat of"),
        new("sv", "Swedish", [Script.Latin], "och att det som en är av för på med den till inte om har ett men vi de kan så eller från när var hur ska också han hon vara detta sin mer alla under efter"),
        new("pl", "Polish", [Script.Latin], "i w nie na się z do to jest że jak o po za od co ale tak przez czy dla tym już są może oraz ten jego także które który była być można ich gdy tylko"),
        new("tr", "Turkish", [Script.Latin], "ve bir bu için ile olarak da de çok daha olan gibi ne o kadar ama var değil en her sonra ya olduğu şey mi ben sen biz onlar veya ise göre"),
        new("id", "Indonesian", [Script.Latin], "yang dan di dengan untuk dari dalam pada tidak adalah ke itu ini akan karena juga atau oleh sebagai dapat lebih ada saya kita mereka telah bisa jika maka kami"),
        new("vi", "Vietnamese", [Script.Latin], "là và của có không trong cho được với các một những để này khi đã người từ về cũng như ra đó hay thì nhiều tôi bạn sẽ vì"),
        new("ru", "Russian", [Script.Cyrillic], "и в не на что с по это как для из к от он его но так же или если мы все бы за был она только есть можно их при который быть когда чтобы также где"),
        new("uk", "Ukrainian", [Script.Cyrillic], "і в не на що з та до це як для у від він його але так або якщо ми ви також є був бути коли щоб їх про може який цей вже лише тому при"),
        new("el", "Greek", [Script.Greek]),
        new("he", "Hebrew", [Script.Hebrew]),
        new("ar", "Arabic", [Script.Arabic]),
        new("hi", "Hindi", [Script.Devanagari]),
        new("th", "Thai", [Script.Thai]),
        new("ko", "Korean", [Script.Hangul]),
        new("ja", "Japanese", [Script.Kana, Script.Han]),
        new("zh", "Chinese", [Script.Han]),
    ];

    public HashSet<string> SmallWords { get; } = [.. Words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
