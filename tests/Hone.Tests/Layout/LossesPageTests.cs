using System.Runtime.CompilerServices;
using System.Text.Json;
using Hone.Training;
using Hone.Training.Losses;
using Hone.Training.Losses.Terms;
using Hone.Training.Rewards;

namespace Hone.Tests.Layout;

public class LossesPageTests
{
    static readonly Type[] _records =
    [
        typeof(PolicyLossSettings), typeof(CispoSettings), typeof(SapoSettings), typeof(VespoSettings), typeof(SamplerCorrectionSettings),
        typeof(EntropyControlSettings), typeof(AdvantageSettings), typeof(RewardRange), typeof(StandardizedRewards), typeof(OverlongPunishment),
    ];

    static readonly Type[] _words = [typeof(LossKind), typeof(KlEstimator), typeof(SamplerCorrectionMode)];

    [Fact]
    public void The_page_of_losses_names_every_key_and_every_loss()
    {
        string page = File.ReadAllText(Page());
        var keys = _records.SelectMany(record => record.GetProperties()).Where(property => property.CanWrite).Select(property => property.Name)
            .Concat(_words.SelectMany(Enum.GetNames)).Select(JsonNamingPolicy.CamelCase.ConvertName);

        Assert.DoesNotContain(keys, key => !page.Contains(key, StringComparison.Ordinal));
    }

    static string Page([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../docs/losses.md"));
}
