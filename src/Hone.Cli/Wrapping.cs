using System.Text;

namespace Hone.Cli;

/// <summary>Breaks lines between words. A word that is wider than the terminal stays whole, so that a path can be copied.</summary>
static class Wrapping
{
    public static string At(int width, string text)
    {
        var lines = text.Split('\n');
        return lines.All(line => line.Length <= width) ? text : string.Join('\n', lines.Select(line => Line(width, line)));
    }

    static string Line(int width, string line)
    {
        var wrapped = new StringBuilder();
        int column = 0;
        foreach (string word in line.Split(' '))
        {
            bool first = wrapped.Length == 0, breaks = !first && column + 1 + word.Length > width;
            wrapped.Append(first ? "" : breaks ? "\n" : " ").Append(word);
            column = first || breaks ? word.Length : column + 1 + word.Length;
        }

        return wrapped.ToString();
    }
}
