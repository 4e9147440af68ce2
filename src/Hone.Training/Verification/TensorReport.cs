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

    /// <summary>Reads the folder's description and expected tensors and lets <paramref name="compare"/> fill a report.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit the other.</exception>
    public static IReadOnlyList<VerificationCase> Of(
        string folder, Action<LossVerificationValue, SafetensorsFile, TensorReport> compare) => Of(folder, report =>
    {
        var description = LossVerificationValue.Open(folder, "case.json");
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        compare(description, expected, report);
    });

    /// <summary>Lets <paramref name="compare"/> fill a report.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit another.</exception>
    public static IReadOnlyList<VerificationCase> Of(string folder, Action<TensorReport> compare)
    {
        var report = new TensorReport(folder);
        try
        {
            compare(report);
            return report._cases;
        }
        catch (Exception failure) when (failure is ModelFileException or ArgumentException or ArithmeticException or GradientException)
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
            RequireFits(name, quantity, actual.Length, expected.Length);
            largest = Largest(largest, actual.Zip(expected, (a, e) => a == e ? 0 : Math.Abs((double)a - e)));
        }

        Add(name, quantity, largest, tolerance);
    }

    /// <summary>One quantity in double, compared with an absolute tolerance.</summary>
    public void Compare(string name, string quantity, double[] actual, double[] expected, double tolerance)
    {
        RequireFits(name, quantity, actual.Length, expected.Length);
        Add(name, quantity, Largest(0, actual.Zip(expected, (a, e) => a == e ? 0 : Math.Abs(a - e))), tolerance);
    }

    /// <summary>The Euclidean length of actual − expected as a share of that of expected.</summary>
    public void CompareRelative(string name, string quantity, float[] actual, float[] expected, double tolerance)
    {
        RequireFits(name, quantity, actual.Length, expected.Length);
        double length = Math.Sqrt(expected.Sum(e => (double)e * e));
        Add(name, $"{quantity} (relative)", Distance(actual, expected) / (length > 0 ? length : 1), tolerance);
    }

    /// <summary>The root of the mean square of actual − expected.</summary>
    public void CompareMean(string name, string quantity, float[] actual, float[] expected, double tolerance)
    {
        RequireFits(name, quantity, actual.Length, expected.Length);
        Add(name, $"{quantity} (root mean square)", Distance(actual, expected) / Math.Sqrt(expected.Length), tolerance);
    }

    public void NotBuilt(string name, string what) =>
        _cases.Add(new(folder, name, what, null, null, VerificationStatus.NotBuilt));

    public void Add(string name, string quantity, double difference, double tolerance) => _cases.Add(new(
        folder, name, quantity, double.IsFinite(difference) ? difference : null, tolerance,
        difference <= tolerance ? VerificationStatus.Agree : VerificationStatus.Disagree));

    static double Distance(float[] actual, float[] expected) =>
        Math.Sqrt(actual.Zip(expected, (a, e) => ((double)a - e) * ((double)a - e)).Sum());

    // Not Enumerable.Max, which passes over NaN.
    static double Largest(double largest, IEnumerable<double> differences) =>
        differences.Aggregate(largest, (most, difference) => double.IsNaN(most) || difference <= most ? most : difference);

    static void RequireFits(string name, string quantity, int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name}, {quantity}: {expected} numbers are expected, but the inputs give {actual}.");
        }
    }
}
