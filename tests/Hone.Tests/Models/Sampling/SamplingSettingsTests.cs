using Hone.Models.Sampling;

namespace Hone.Tests.Models.Sampling;

public class SamplingSettingsTests
{
    [Fact]
    public void Usual_settings_have_no_problems()
    {
        Assert.Empty(new SamplingSettings().Problems());
        Assert.Empty(new SamplingSettings { Temperature = 0, TopK = 20, TopP = 0.95f, MinP = 0.05f, RepetitionPenalty = 1.1f }.Problems());
    }

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        var settings = new SamplingSettings { Temperature = -1, TopK = -2, TopP = 0, MinP = 1.5f, RepetitionPenalty = float.NaN };

        Assert.Equal(
            [
                "temperature is -1, but needs to be 0 (greedy) or at least 1E-05.",
                "topK is -2, but needs to be 0 (off) or above.",
                "topP is 0, but needs to be above 0 and at most 1 (off).",
                "minP is 1.5, but needs to be between 0 (off) and 1.",
                "repetitionPenalty is NaN, but needs to be above 0; 1 is off.",
            ],
            settings.Problems());
    }
}
