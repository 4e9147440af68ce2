namespace Hone.Grading.Rules.Answers;

/// <summary>What marks the part of a completion that is its answer.</summary>
public enum AnswerMark
{
    /// <summary>Whatever of <c>\boxed{…}</c>, <c>####</c> and the tag is there, all of which must agree; else a sentence "the
    /// answer is …"; else what the grader takes from unmarked text.</summary>
    Any,

    /// <summary><c>\boxed{…}</c>.</summary>
    Boxed,

    /// <summary>The rest of the line after <c>####</c>.</summary>
    Hash,

    /// <summary>Between <c>&lt;answer&gt;</c> and <c>&lt;/answer&gt;</c>, or another tag.</summary>
    Tag,

    /// <summary>After "the answer is", "Answer:".</summary>
    Phrase,

    /// <summary>The last of its kind in the text, marked or not.</summary>
    Last,

    /// <summary>The whole text.</summary>
    Whole,
}

/// <summary>Where a grader looks for the answer. The tag's name counts for <see cref="AnswerMark.Any"/> and <see cref="AnswerMark.Tag"/>.</summary>
public sealed record AnswerPlacement(AnswerMark Mark = AnswerMark.Any, string Tag = "answer")
{
    static readonly (AnswerMark Mark, string Word, string Meaning)[] _words =
    [
        (AnswerMark.Any, "any", "\\boxed{}, ####, the tag or a sentence that says so"),
        (AnswerMark.Boxed, "boxed", "\\boxed{}"),
        (AnswerMark.Hash, "hash", "the line after ####"),
        (AnswerMark.Tag, "tag", "between <answer> and </answer>"),
        (AnswerMark.Phrase, "phrase", "after \"the answer is\""),
        (AnswerMark.Last, "last", "the last one in the text"),
        (AnswerMark.Whole, "whole", "the whole text"),
    ];

    /// <summary>Reads the keys <c>place</c> and <c>tag</c>.</summary>
    internal static AnswerPlacement Read(GraderForm form, params AnswerMark[] marks)
    {
        var allowed = _words.Where(one => marks.Contains(one.Mark)).ToArray();
        string word = form.Choice("place", _words.First(one => one.Mark == marks[0]).Word, [.. allowed.Select(one => (one.Word, one.Meaning))]);
        string tag = form.Text("tag") ?? "answer";
        if (!IsName(tag))
        {
            form.Problem($"{form.Path}.tag is \"{tag}\", but needs to be the name of a tag, such as answer for <answer>…</answer>.");
        }

        return new(allowed.First(one => one.Word == word).Mark, tag);
    }

    /// <summary>Letters, digits, points, lines and underscores.</summary>
    internal static bool IsName(string tag) => tag.Length > 0 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
