namespace Hone.Tests.Support;

/// <summary>Numbers for tests: the same for the same seed, on every machine.</summary>
static class Randoms
{
    public static float[] Normal(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            numbers[i] = (float)(scale * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return numbers;
    }

    public static int[] Integers(int count, int below, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(below))];
    }
}
