using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Cli.Recipes.Stories;

/// <summary>Beginnings of children's stories, each with a thing that the story has to come back to. Same seed, same prompts.</summary>
/// <remarks>The three sets have no thing in common, so what is learnt about some things is measured on others.</remarks>
static class StoryBeginnings
{
    public const int TrainCount = 800, ValidationCount = 200, TestCount = 500;

    public static IReadOnlyList<string> TrainThings { get; } =
    [
        "car", "box", "book", "cake", "boat", "bike", "cup", "key", "flower", "dog", "cat", "fish", "tree", "kite", "bear", "toy", "coat", "rock",
        "egg", "horse", "lamp", "chair", "bed", "pen",
    ];

    public static IReadOnlyList<string> ValidationThings { get; } = ["truck", "star", "duck", "leaf", "stick", "bag", "frog", "cookie"];

    public static IReadOnlyList<string> TestThings { get; } = ["ball", "doll", "bird", "hat", "bunny", "train", "shell", "plane"];

    static readonly (string Name, bool IsGirl)[] _children =
    [
        ("Lily", true), ("Mia", true), ("Sue", true), ("Anna", true), ("Amy", true), ("Lucy", true), ("Sara", true),
        ("Tim", false), ("Tom", false), ("Ben", false), ("Max", false), ("Sam", false), ("Jack", false), ("Bob", false),
    ];

    static readonly string[] _looks = ["big", "red", "small", "blue", "shiny", "new", "pretty", "little"];
    static readonly string[] _places = ["park", "garden", "house", "yard", "room", "woods"];

    public static void Write(string folder, ulong seed)
    {
        Jsonl.Write(folder, "train", Draw(seed, 1, TrainThings, TrainCount));
        Jsonl.Write(folder, "validation", Draw(seed, 2, ValidationThings, ValidationCount));
        Jsonl.Write(folder, "test", Draw(seed, 3, TestThings, TestCount));
    }

    /// <summary>So many beginnings, no two alike.</summary>
    public static IEnumerable<RecipePrompt> Draw(ulong seed, ulong purpose, IReadOnlyList<string> things, int count)
    {
        var seen = new HashSet<string>();
        for (ulong index = 0; seen.Count < count; index++)
        {
            var random = new SplitMix(seed, purpose, index);
            string thing = random.Pick(things), text = Beginning(ref random, thing);
            if (seen.Add(text))
            {
                yield return new(text, thing);
            }
        }
    }

    static string Beginning(ref SplitMix random, string thing)
    {
        var (name, isGirl) = random.Pick(_children);
        string look = random.Pick(_looks), place = random.Pick(_places);
        string child = isGirl ? "girl" : "boy", she = isGirl ? "She" : "He", her = isGirl ? "her" : "his";
        return random.Below(4) switch
        {
            0 => $"Once upon a time, there was a little {child} named {name}. {she} had a {look} {thing}.",
            1 => $"One day, a little {child} named {name} found a {look} {thing} in the {place}.",
            2 => $"{name} liked to play in the {place}. One day, {she.ToLowerInvariant()} saw a {look} {thing}.",
            _ => $"One day, {name} and {her} mom went to the {place}. {name} saw a {look} {thing}.",
        };
    }
}
