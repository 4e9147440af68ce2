using Hone.Grading.Similarity;

namespace Hone.Tests.Grading.Similarity;

public class PorterStemTests
{
    // The examples of Porter's paper, rule by rule, each through all the steps.
    [Theory]
    [InlineData("caresses caress ponies ties cats", "caress caress poni ti cat")]
    [InlineData("feed agreed plastered bled motoring sing", "feed agre plaster bled motor sing")]
    [InlineData("conflated troubled sized hopping tanned falling hissing fizzed failing filing", "conflat troubl size hop tan fall hiss fizz fail file")]
    [InlineData("happy sky", "happi sky")]
    [InlineData("relational conditional rational valenci hesitanci digitizer conformabli radicalli", "relat condit ration valenc hesit digit conform radic")]
    [InlineData("differentli vileli analogousli vietnamization predication operator feudalism", "differ vile analog vietnam predic oper feudal")]
    [InlineData("decisiveness hopefulness callousness formaliti sensitiviti sensibiliti", "decis hope callous formal sensit sensibl")]
    [InlineData("triplicate formative formalize electriciti electrical hopeful goodness", "triplic form formal electr electr hope good")]
    [InlineData("revival allowance inference airliner gyroscopic adjustable defensible irritant", "reviv allow infer airlin gyroscop adjust defens irrit")]
    [InlineData("replacement adjustment dependent adoption homologou communism activate", "replac adjust depend adopt homolog commun activ")]
    [InlineData("angulariti homologous effective bowdlerize probate rate cease controll roll", "angular homolog effect bowdler probat rate ceas control roll")]
    [InlineData("is a by yy toy syzygy 3.14 été", "is a by yy toi syzygi 3.14 été")]
    public void Words_lose_their_endings(string words, string stems) =>
        Assert.Equal(stems, string.Join(' ', words.Split(' ').Select(PorterStem.Of)));
}
