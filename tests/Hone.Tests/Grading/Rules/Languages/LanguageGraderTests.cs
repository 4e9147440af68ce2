namespace Hone.Tests.Grading.Rules.Languages;

public class LanguageGraderTests
{
    const string English = "First we look at the price of the shirt, and then it is easy to see that the total is 18 dollars.";
    const string German = "Zuerst sehen wir uns den Preis an, und dann ist es nicht schwer zu sehen, dass die Summe 18 Dollar ist.";
    const string Finnish = "Ensin katsomme paidan hinnan minkä jälkeen yhteissumman laskeminen onnistuu varsin helposti kymmenessä minuutissa kahvitauolla.";

    [Theory]
    [InlineData("en", English)]
    [InlineData("de", German)]
    [InlineData("fr", "D'abord nous regardons le prix de la chemise, et il est facile de voir que le total est de 18 dollars.")]
    [InlineData("es", "Primero miramos el precio de la camisa, y es fácil ver que el total es de 18 dólares para los niños.")]
    [InlineData("it", "Prima guardiamo il prezzo della camicia, e non è difficile vedere che il totale è di 18 dollari.")]
    [InlineData("pt", "Primeiro olhamos para o preço da camisa, e não é difícil ver que o total é de 18 dólares.")]
    [InlineData("nl", "Eerst kijken we naar de prijs van het hemd, en dan is het niet moeilijk om te zien dat het totaal 18 dollar is.")]
    [InlineData("ru", "Сначала мы посмотрим на цену рубашки, и тогда легко увидеть, что всего это 18 долларов.")]
    [InlineData("uk", "Спочатку ми подивимося на ціну сорочки, і тоді не важко побачити, що це 18 доларів.")]
    [InlineData("zh", "首先我们看衬衫的价格，然后很容易看出总数是18美元。")]
    [InlineData("ja", "まずシャツの値段を見ると、合計は18ドルです。")]
    [InlineData("ko", "먼저 셔츠의 가격을 보면 합계는 18달러입니다.")]
    [InlineData("ar", "أولا ننظر إلى سعر القميص ثم نرى المجموع.")]
    [InlineData("he", "קודם נסתכל על מחיר החולצה.")]
    [InlineData("hi", "पहले हम कमीज़ की कीमत देखते हैं।")]
    [InlineData("th", "ก่อนอื่นเราดูราคาเสื้อ")]
    [InlineData("el", "Πρώτα κοιτάμε την τιμή.")]
    public async Task A_text_in_the_language_scores_1_and_0_in_others(string language, string text)
    {
        Assert.Equal(1, (await Grade(language, text)).Score);
        Assert.InRange((await Grade(language == "en" ? "de" : "en", text)).Score!.Value, 0, 0.1);
    }

    [Theory]
    [InlineData(Finnish, 0, 0)]
    [InlineData("", 0, 0)]
    [InlineData("  \n", 0, 0)]
    [InlineData("18", 1, 1)]
    [InlineData("#### 18", 1, 1)]
    [InlineData("The answer is `Größe` in $x_{größe}$.", 1, 1)]
    [InlineData("```python\nprint('привет мир')\n```\nThe code prints it.", 1, 1)]
    [InlineData("```这是全部答案```", 0, 0)]
    [InlineData("The аnswеr is thе sаmе.", 0.6, 0.85)] // Five letters are Cyrillic.
    [InlineData(English + " " + German, 0.4, 0.6)]
    [InlineData(English + " 然后我们看价格。", 0.8, 0.95)]
    public async Task A_mixed_text_scores_its_share(string text, double least, double most) =>
        Assert.InRange((await Grade("en", text)).Score!.Value, least, most);

    [Fact]
    public async Task A_share_that_is_enough_scores_1() =>
        Assert.Equal(1, (await RuleTables.Grade("""{"kind":"language","language":"en","least":0.8}""", English + " 然后我们看价格。")).Score);

    [Fact]
    public void A_language_that_is_not_known_is_told() =>
        Assert.StartsWith("grader.language is \"tlh\", but needs to be en (English), ", Assert.Single(RuleTables.Problems("""{"kind":"language","language":"tlh"}""")));

    static Task<Hone.Grading.Grade> Grade(string language, string text) =>
        RuleTables.Grade($$"""{"kind":"language","language":"{{language}}"}""", text);
}
