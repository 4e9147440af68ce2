using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hone.Tests.Layout;

public partial class TreeTests
{
    const int LongestFile = 400;
    const int NineTenthsOfFiles = 300;
    const int LongestReadme = 150;

    static readonly string _root = Root();

    [Fact]
    public void No_source_file_is_longer_than_400_lines_and_nine_tenths_are_below_300()
    {
        var files = Directory.EnumerateFiles(Path.Combine(_root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Lines: File.ReadLines(path).Count())).OrderBy(file => file.Lines).ToArray();

        Assert.Empty(files.Where(file => file.Lines > LongestFile).Select(file => $"{file.Path}: {file.Lines} lines"));
        Assert.True(files[files.Length * 9 / 10].Lines <= NineTenthsOfFiles);
    }

    [Fact]
    public void The_readme_is_short_and_its_map_names_every_project_and_folder()
    {
        string[] readme = File.ReadAllLines(Path.Combine(_root, "README.md"));
        string text = string.Join('\n', readme);
        var folders = new[] { "src", "tests" }.SelectMany(place => Directory.GetDirectories(Path.Combine(_root, place)))
            .Concat([Path.Combine(_root, "docs"), Path.Combine(_root, "models"), Path.Combine(_root, "recipes")])
            .Select(folder => Path.GetFileName(folder)!);

        Assert.True(readme.Length < LongestReadme, $"README.md has {readme.Length} lines.");
        Assert.DoesNotContain(folders, folder => !text.Contains(folder, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("docs/training-step.md")]
    [InlineData("README.md")]
    public void Files_that_a_page_names_exist(string page)
    {
        var named = Mentioned().Matches(File.ReadAllText(Path.Combine(_root, page))).Select(match => match.Groups[1].Value);

        Assert.DoesNotContain(named, path => !File.Exists(Path.Combine(_root, path)) && !Directory.Exists(Path.Combine(_root, path)));
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));

    // A path in backticks or in a link that begins with a folder of the repository.
    [GeneratedRegex(@"[`(]((?:src|tests|docs|recipes|models)/[\w./-]+)[`)]")]
    private static partial Regex Mentioned();
}
