using Hone.Server;
using Hone.Server.Accounts;

namespace Hone.Cli.Views;

/// <summary>What a person needs to know of a server that has just started.</summary>
static class ServeView
{
    public static void Show(ServerSettings settings, string address, NewApiKey? key, Output output)
    {
        output.Line($"Hone serves at {address}; its data are in {settings.DataFolder}{(settings.Postgres is null ? "" : " and in PostgreSQL")}.");
        output.Line($"Dashboard: {address}/");
        if (settings.InsecureLocal)
        {
            output.Line("No key is asked for: every program on this machine may do everything.");
        }
        else if (key is not null)
        {
            Show(key, "The first key. It is shown this once; make others with: hone keys create", output);
            ShowLines(settings, address, key, output);
        }

        if (!settings.InsecureLocal && address.StartsWith("http://", StringComparison.Ordinal) && !new Uri(address).IsLoopback)
        {
            output.Line("Keys and data cross the network readable; put TLS in front, or listen at https://.");
        }

        output.Line("Ctrl-C stops it.");
    }

    public static void Show(NewApiKey key, string heading, Output output)
    {
        output.Line();
        output.Line(heading);
        output.Line($"  API key                {key.Bearer}");
        output.Line($"  AWS access key id      {key.AccessKeyId}");
        output.Line($"  AWS secret access key  {key.SecretAccessKey}");
        output.Line();
    }

    static void ShowLines(ServerSettings settings, string address, NewApiKey key, Output output)
    {
        output.Line("SDKs find it through their environment:");
        output.Line($"  export OPENAI_BASE_URL={address}/v1 OPENAI_API_KEY={key.Bearer}");
        output.Line($"  export AWS_ENDPOINT_URL={address} AWS_ENDPOINT_URL_S3={address}/s3 AWS_REGION={settings.Region}");
        output.Line($"  export AWS_ACCESS_KEY_ID={key.AccessKeyId} AWS_SECRET_ACCESS_KEY={key.SecretAccessKey}");
        output.Line();
    }
}
