namespace Hone.Tests.Support;

/// <summary>Comparison of float results with a double reference: |actual − expected| ≤ absolute + relative · |expected|.</summary>
static class Close
{
    public static void AssertAll(double[] expected, float[] actual, double relative, double absolute = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(actual[i] - expected[i]);
            Assert.True(
                difference <= absolute + relative * Math.Abs(expected[i]),
                $"[{i}] is {actual[i]:R}, but needs {expected[i]:R}: they differ by {difference:E2}, allowed are {absolute:E1} + {relative:E1} relative.");
        }
    }

    public static void AssertEqual(double expected, double actual, double relative, double absolute = 0) =>
        Assert.True(
            Math.Abs(actual - expected) <= absolute + relative * Math.Abs(expected),
            $"{actual:R} needs to be {expected:R} within {absolute:E1} + {relative:E1} relative.");
}
