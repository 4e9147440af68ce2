using System.CommandLine;
using System.Text.RegularExpressions;
using Hone.Cli.Commands;
using Hone.Server;

namespace Hone.Tests.Cli;

public class ServeOptionsTests
{
    [Fact]
    public void Every_setting_of_the_server_is_an_option_of_its_name()
    {
        var settings = typeof(ServerSettings).GetProperties().Where(property => property.SetMethod is not null)
            .Select(property => "--" + Regex.Replace(property.Name, "(?<=.)(?=[A-Z])", "-").ToLowerInvariant());

        Assert.Equal(settings.Order(), ServeOptions.All.Select(option => option.Name).Order());
    }

    [Fact]
    public void Options_that_are_not_given_leave_the_defaults()
    {
        var expected = new ServerSettings { DataFolder = Path.GetFullPath("hone-data") };

        var settings = ServeOptions.Read(Parse("--model-folders", "a", "b"));

        Assert.Equal([Path.GetFullPath("a"), Path.GetFullPath("b")], settings.ModelFolders);
        Assert.Equal(expected, settings with { ModelFolders = expected.ModelFolders });
    }

    // Each option is given a value of its own: one that is forgotten, or ends in another's place, is seen.
    [Fact]
    public void Every_option_reaches_its_setting()
    {
        int number = 100;
        List<string> arguments = [];
        foreach (var option in ServeOptions.All)
        {
            arguments.Add(option.Name);
            arguments.AddRange(option.ValueType == typeof(bool) ? [] : [$"{++number}"]);
        }

        var settings = ServeOptions.Read(Parse([.. arguments]));

        var values = typeof(ServerSettings).GetProperties().Where(property => property.SetMethod is not null)
            .ToDictionary(property => property.Name, property => property.GetValue(settings));
        for (int i = 0, at = 100; i < ServeOptions.All.Count; i++)
        {
            string name = Regex.Replace(ServeOptions.All[i].Name, "(^-|-)-?([a-z])", match => match.Groups[2].Value.ToUpperInvariant());
            string value = values[name] is IReadOnlyList<string> list ? list[0] : $"{values[name]}";
            string expected = ServeOptions.All[i].ValueType == typeof(bool) ? "True" : $"{++at}";
            Assert.Equal($"{name} {expected}", $"{name} {value.Split('/')[^1]}");
        }
    }

    static ParseResult Parse(params string[] arguments)
    {
        var command = new Command("serve");
        foreach (var option in ServeOptions.All)
        {
            command.Options.Add(option);
        }

        return command.Parse(arguments);
    }
}
