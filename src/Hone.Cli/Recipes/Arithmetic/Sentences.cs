namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>What a sentence does to the number of things.</summary>
enum Move
{
    /// <summary>Tells the first number; no line of working.</summary>
    Start,

    /// <summary>Tells two numbers: groups × things in each.</summary>
    Groups,
    Add,
    Subtract,
    Double,
    Times,
    Share,

    /// <summary>Names a goal; what is missing to it is the answer.</summary>
    Goal,

    /// <summary>Asks for the number there is; no line of working.</summary>
    Ask,
}

/// <summary>A sentence with places for <c>{name}</c>, <c>{he}</c>, <c>{things}</c> and its numbers <c>{0}</c>, <c>{1}</c>.</summary>
readonly record struct Sentence(Move Move, string Text)
{
    public bool IsStep => Move is not (Move.Start or Move.Ask);
}

/// <summary>The words of the stories. Short ones: the tokenizer that is trained on them has few merges to spend.</summary>
static class Sentences
{
    public static readonly string[] Women = ["Ann", "Eva", "Ida", "Joy", "Kim", "Lea", "Mia", "Zoe"];

    public static readonly string[] Men = ["Ben", "Dan", "Jim", "Leo", "Max", "Ned", "Sam", "Tom"];

    public static readonly string[] Things =
        ["pens", "cups", "eggs", "nuts", "hats", "figs", "toys", "keys", "balls", "books", "cards", "coins"];

    public static readonly Sentence[] Openings =
    [
        new(Move.Start, "{name} has {0} {things}."),
        new(Move.Start, "{name} finds {0} {things}."),
        new(Move.Start, "{name} buys {0} {things}."),
        new(Move.Start, "{name} gets {0} {things}."),
        new(Move.Start, "{name} has a box of {0} {things}."),
        new(Move.Groups, "{name} has {0} boxes of {1} {things}."),
        new(Move.Groups, "{name} buys {0} bags of {1} {things}."),
    ];

    public static readonly Sentence[] Events =
    [
        new(Move.Add, "{he} buys {0} more."),
        new(Move.Add, "{he} finds {0} more."),
        new(Move.Add, "Then {he} gets {0} more."),
        new(Move.Subtract, "{he} gives away {0}."),
        new(Move.Subtract, "{he} loses {0}."),
        new(Move.Subtract, "Then {he} sells {0}."),
        new(Move.Double, "Then {he} doubles them."),
        new(Move.Times, "Soon {he} has {0} times as many."),
        new(Move.Share, "{he} keeps one in {0}."),
    ];

    public static readonly Sentence[] Closings =
    [
        new(Move.Ask, "How many {things} does {name} have now?"),
        new(Move.Ask, "How many {things} are there now?"),
        new(Move.Ask, "How many {things} is that?"),
        new(Move.Share, "{0} friends share them. How many {things} does each get?"),
        new(Move.Goal, "{he} needs {0}. How many more {things} is that?"),
    ];
}
