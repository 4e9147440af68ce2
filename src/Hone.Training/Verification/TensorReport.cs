using Hone.Models.Weights;

namespace Hone.Training.Verification;

/// <summary>Collects the comparisons of one case folder whose expected numbers lie in <c>expected.safetensors</c>.</summary>
sealed class TensorReport(string folder)
{
    readonly List<VerificationCase> _cases = [];

    /// <summary>Whether the folder holds a case of this kind.</summary>
    public static bool Recognizes(string folder, string kind)
    {
        if (!File.Exists(Path.Combine(folder, "case.json")))
        {
            return false;
        }

        var description = LossVerificationValue.Open(folder, "case.json");
        return description.Has("kind") && description["kind"].Text == kind;
    }

    /// <summary>Reads the folder and lets <paramref name="compare"/> fill a report.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit the other.</exception>
    public static IReadOnlyList<VerificationCase> Of(string folder, Action<LossVerificationValue, SafetensorsFile, TensorReport> compare)
    {
        var report = new TensorReport(folder);
        try
        {
            var description = LossVerificationValue.Open(folder, "case.json");
            using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
            compare(description, expected, report);
            return report._cases;
        }
        catch (Exception failure) when (failure is ModelFileException or ArgumentException or ArithmeticException)
        {
            // The reader's own sentence, or numbers that fit the layout and still make no sense.
            throw new VerificationException($"{folder} cannot be compared: {failure.Message}", failure);
        }
    }

    /// <summary>One quantity of several tensors, compared with an absolute tolerance. The largest difference decides; NaN never agrees.</summary>
    public void Compare(string name, string quantity, IEnumerable<(float[] Actual, float[] Expected)> pairs, double tolerance)
    {
        double largest = 0;
        foreach (var (actual, expected) in pairs)
        {
            if (actual.Length != expected.Length)
            {
                throw new ArgumentException($"{name}, {quantity}: {expected.Length} numbers are expected, but the inputs give {actual.Length}.");
            }

            foreach (var (a, e) in actual.Zip(expected))
            {
                double difference = a.Equals(e) ? 0 : Math.Abs((double)a - e);
                largest = difference <= largest ? largest : difference;
            }
        }

        bool agrees = largest <= tolerance;
        _cases.Add(new(folder, name, quantity, largest, tolerance, agrees ? VerificationStatus.Agree : VerificationStatus.Disagree));
    }
}
