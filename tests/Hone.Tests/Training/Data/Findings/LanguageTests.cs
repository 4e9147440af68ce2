using Hone.Training.Data.Findings;

namespace Hone.Tests.Training.Data.Findings;

public class LanguageTests
{
    [Theory]
    [InlineData("How many apples does she have in the end?", "Latin", "English")]
    [InlineData("What is 7 + 5?", "Latin", "English")]
    [InlineData("Wie viele Äpfel hat sie und was kostet der Rest?", "Latin", "German")]
    [InlineData("Combien de pommes est-ce que les enfants ont dans le panier ?", "Latin", "French")]
    [InlineData("¿Cuántos libros hay en la mesa y por qué?", "Latin", "Spanish")]
    [InlineData("Quanti libri sono nel cesto della nonna?", "Latin", "Italian")]
    [InlineData("Hoeveel appels zijn er en wat kost het?", "Latin", "Dutch")]
    [InlineData("Сколько яблок у него и что он делает?", "Cyrillic", "Russian")]
    [InlineData("Скільки яблук та що він робить?", "Cyrillic", "Ukrainian")]
    [InlineData("كم عدد التفاح؟", "Arabic", "Arabic script")]
    [InlineData("她现在有多少个苹果？", "Han", "Chinese")]
    [InlineData("彼女は今リンゴをいくつ持っていますか。", "Kana", "Japanese")]
    [InlineData("사과가 몇 개 있습니까?", "Hangul", "Korean")]
    [InlineData("Πόσα μήλα έχει;", "Greek", "Greek")]
    [InlineData("print(x)", "Latin", "Latin script")]
    [InlineData("7 + 5 = ?", "no letters", "no letters")]
    [InlineData("", "no letters", "no letters")]
    public void Script_and_language_are_told(string text, string script, string name) => Assert.Equal(new Language(script, name), Language.Of(text));
}
