using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Verification;

/// <summary>The rows of a JSON-lines file of references, compared one by one and reported together.</summary>
static class ReferenceRows
{
    // A row that disagrees is named; of many only the first.
    const int MostNamed = 20;

    /// <param name="folder">As the user named it.</param>
    /// <param name="file">The file in the folder.</param>
    /// <param name="kind">Which of the rows; shown with the file.</param>
    /// <param name="chosen">Whether a row belongs to the kind.</param>
    /// <param name="quantities">A name, and whether a row agrees.</param>
    /// <exception cref="VerificationException">A row does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Compare(
        string folder, string file, string kind, Func<JsonElement, bool> chosen, params (string Name, Func<JsonElement, bool> Agrees)[] quantities)
    {
        var rows = Read(folder, file).Where(row => chosen(row.Row)).ToArray();
        foreach (var (name, agrees) in rows.Length == 0 ? [] : quantities)
        {
            int[] wrong = [.. rows.Where(row => !Asked(folder, file, row.Number, () => Agrees(agrees, row.Row))).Select(row => row.Number)];
            yield return Case($"{file}{kind}", $"{name}, rows of {rows.Length} that differ", wrong.Length);
            foreach (int number in wrong.Take(MostNamed))
            {
                yield return Case($"{file}:{number}", name, 1);
            }
        }

        VerificationCase Case(string at, string quantity, int wrong) => new(
            folder, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} {at}", quantity, wrong, 0,
            wrong == 0 ? VerificationStatus.Agree : VerificationStatus.Disagree);
    }

    // What is refused is not what the reference gives.
    static bool Agrees(Func<JsonElement, bool> agrees, JsonElement row)
    {
        try
        {
            return agrees(row);
        }
        catch (TokenizerException)
        {
            return false;
        }
    }

    static IEnumerable<(int Number, JsonElement Row)> Read(string folder, string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, file)))
        {
            number++;
            yield return (number, Asked(folder, file, number, () => JsonDocument.Parse(line).RootElement));
        }
    }

    static T Asked<T>(string folder, string file, int number, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new VerificationException(
                $"{Path.Combine(folder, file)}: line {number} does not have the layout ({problem.Message}); put back the file as its generator wrote it.", problem);
        }
    }
}
