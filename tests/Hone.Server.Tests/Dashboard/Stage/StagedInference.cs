using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>Adds the numbers of the question up: the tuned model always right, the base model for every other sample.</summary>
sealed partial class StagedInference : IInference
{
    public async IAsyncEnumerable<GeneratedPiece> Generate(Caller caller, string model, GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        int[] numbers = [.. Number().Matches(request.Messages![^1].Content).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
        for (int index = 0; index < request.Count; index++)
        {
            int sum = numbers.Sum() + (model.StartsWith("ft:", StringComparison.Ordinal) || index % 2 == 1 ? 0 : 3);
            string[] pieces = [string.Join(" + ", numbers), " = ", $"{sum}", "\n#### ", $"{sum}"];
            foreach (string piece in pieces)
            {
                await Task.Delay(15, stop);
                yield return new(index, piece, [new(new(1, piece, Encoding.UTF8.GetBytes(piece), -0.1f), [])]);
            }

            yield return new(index, "", [], FinishReason.Stop, Usage: index == request.Count - 1 ? new(12, 0, 5 * request.Count) : null);
        }
    }

    public Task<int> CountTokens(Caller caller, string model, GenerateRequest request, CancellationToken stop) => Task.FromResult(12);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
