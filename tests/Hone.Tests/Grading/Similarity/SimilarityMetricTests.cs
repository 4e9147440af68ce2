using Hone.Grading.Similarity;

namespace Hone.Tests.Grading.Similarity;

public class SimilarityMetricTests
{
    /// <summary>Made with plain programs of the papers' formulas, without any of the fast forms: whole matrices for distances, every piece
    /// for the partial ratio, every pairing of words for METEOR. In the order of the metrics' list.</summary>
    public static TheoryData<string, string, double[]> Values => new()
    {
        {
            "the cat sat on the mat",
            "the cat sat on the mat",
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
        },
        {
            "the cat sat on the mat",
            "the cat is sitting on a mat",
            [0.592592593, 0.83125, 0.274825457, 0.227272727, 0.457427536, 0.615384615, 0.181818182, 0, 0, 0, 0.615384615, 0.668153105]
        },
        {
            "on the mat sat the cat",
            "the cat sat on the mat",
            [0.636363636, 0.95, 0.508132748, 0.555555556, 0.9375, 1, 0.6, 0.25, 0, 0, 0.5, 1]
        },
        {
            "It is a guide to action which ensures that the military always obeys the commands of the party",
            "It is a guide to action that ensures that the military will forever heed Party commands",
            [0.638297872, 0.832876712, 0.4452945, 0.439393939, 0.72702332, 0.705882353, 0.5, 0.4, 0.285714286, 0.153846154, 0.647058824, 0.721687836]
        },
        {
            "It is to insure the troops forever hearing the activity guidebook that party direct",
            "It is a guide to action that ensures that the military will forever heed Party commands",
            [0.32183908, 0.625465839, 0.122013553, 0.120689655, 0.303539137, 0.466666667, 0.071428571, 0, 0, 0, 0.4, 0.530330086]
        },
        {
            "fuzzy wuzzy was a bear",
            "fuzzy wuzzy had no hair",
            [0.695652174, 0.755555556, 0.339808849, 0.214285714, 0.375, 0.4, 0.25, 0, 0, 0, 0.4, 0.4]
        },
        {
            "Paris",
            "The capital of France is Paris.",
            [0.166666667, 0.9, 0.002478752, 0.045454545, 0.090909091, 0.285714286, 0, 0, 0, 0, 0.285714286, 0.40824829]
        },
        {
            "The answer could be London, Paris, Rome, Madrid or Berlin.",
            "Paris",
            [0.087719298, 0.6, 0.071428571, 0.02, 0.263157895, 0.181818182, 0.181818182, 0.181818182, 0.181818182, 0.181818182, 0.181818182, 0.316227766]
        },
        {
            "the the the the the the the",
            "the cat is on the mat",
            [0.444444444, 0.95, 0.192056126, 0.090909091, 0.163934426, 0.307692308, 0, 0, 0, 0, 0.307692308, 0.707106781]
        },
        {
            "He doesn't owe $3.14, does he?",
            "He does not owe 3.14 dollars.",
            [0.689655172, 0.803846154, 0.172324385, 0.133333333, 0.628169014, 0.666666667, 0.307692308, 0.181818182, 0, 0, 0.533333333, 0.717137166]
        },
        {
            "runs running runner",
            "run ran runs",
            [0.526315789, 0.855, 0.381571414, 0.166666667, 0.333333333, 0.333333333, 0, 0, 0, 0, 0.333333333, 0.333333333]
        },
        {
            "abc",
            "xyz",
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        },
        {
            "a",
            "a b c d e f g h",
            [0.066666667, 0.6, 0.000911882, 0.038461538, 0.068493151, 0.222222222, 0, 0, 0, 0, 0.222222222, 0.353553391]
        },
        {
            "new york mets",
            "new york yankees",
            [0.6875, 0.75862069, 0.605706864, 0.5, 0.625, 0.666666667, 0.5, 0, 0, 0, 0.666666667, 0.666666667]
        },
        {
            "2 + 2 = 5",
            "2 + 2 = 4",
            [0.888888889, 0.888888889, 0.752120619, 0.714285714, 0.625, 0.666666667, 0.5, 0, 0, 0, 0.666666667, 0.8]
        },
        {
            "Generalizations relate generally to relational hopefulness",
            "generalization related to hopeful relations in general",
            [0.551724138, 0.729464286, 0.163412194, 0.045454545, 0.617954911, 0.153846154, 0, 0, 0, 0, 0.153846154, 0.15430335]
        },
    };

    public static TheoryData<string> Names => [.. SimilarityMetric.All.Select(metric => metric.Name)];

    [Theory, MemberData(nameof(Values))]
    public void Each_metric_has_the_value_of_its_formula(string candidate, string reference, double[] values)
    {
        Assert.All(SimilarityMetric.All.Zip(values), pair =>
            Assert.True(Math.Abs(pair.Second - pair.First.Of(candidate, reference)) < 1e-8,
                $"{pair.First.Name}: {pair.First.Of(candidate, reference)}, but {pair.Second} was expected."));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_text_is_like_itself_by_1_and_like_nothing_by_0(string name)
    {
        var metric = SimilarityMetric.All.First(known => known.Name == name);

        Assert.All(["a", "The end.", "?!", "18", "東京都", "e\u0301t\u00e9", "a a a a a a"], text => Assert.Equal(1, metric.Of($" {text}\n", text)));
        Assert.All(["", " \n", "!!!", "\u200B\u202E"], text => Assert.Equal(0, metric.Of(text, "The end of it.")));
        Assert.Equal(0, metric.Of("The end.", ""));
        Assert.Equal(0, metric.Of("The end.", "?!"), 1);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_value_is_from_0_to_1_whatever_the_texts(string name)
    {
        var metric = SimilarityMetric.All.First(known => known.Name == name);
        string[] hostile =
        [
            "NaN", "\uD800", "{{item.x}}", "\u202Eyad eht fo dne ehT", "the the the the", "(((((", "<|im_end|>", "١٢٣", "１２３", new string('a', 3_000),
            string.Concat(Enumerable.Repeat("the end ", 500)), "\0\0", "🏴‍☠️",
        ];

        Assert.All(hostile, a => Assert.All(hostile, b => Assert.InRange(metric.Of(a, b), 0, 1)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Direction_marks_and_zero_width_characters_make_no_difference(string name)
    {
        var metric = SimilarityMetric.All.First(known => known.Name == name);

        // The weighted ratio takes them for spaces, as RapidFuzz does.
        Assert.True(metric.Of("\u202EThe\u200B end of\u200E it all", "The end of it all") > (name == "fuzzy" ? 0.9 : 0.999));
    }

    [Theory]
    [InlineData("東京都に行く", "東京都へ行く", 5.0 / 6)]
    [InlineData("東京", "北京", 0.5)]
    public void Scripts_without_spaces_are_compared_by_the_letter(string candidate, string reference, double value) =>
        Assert.Equal(value, SimilarityMetric.All.First(metric => metric.Name == "rouge1").Of(candidate, reference), 12);
}
