using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Files;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Logging;

/// <summary>Put, Get and DeleteModelInvocationLoggingConfiguration.</summary>
sealed class LoggingRoutes(LoggingConfigs configs, IObjects objects, BucketOwners owners, InvocationLog log, IAuditLog audit, ServerSettings settings)
{
    const string Path = "/logging/modelinvocations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Path, (HttpContext context, LoggingRoutes bedrock) => bedrock.Put(context));
        routes.MapGet(Path, (HttpContext context, LoggingRoutes bedrock) => bedrock.Get(context));
        routes.MapDelete(Path, (HttpContext context, LoggingRoutes bedrock) => bedrock.Delete(context));
    }

    async Task Put(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Admin), context.RequestAborted);
        var (config, json) = await context.ReadForm(form =>
        {
            form.Require("loggingConfig", "an object with s3Config");
            var json = form.Any("loggingConfig") is { } given ? JsonNode.Parse(given.GetRawText()) : null;
            return (form.Object("loggingConfig", LoggingConfig.Read), json);
        });
        await owners.Require(caller, config!.Bucket, stop);
        await objects.CheckWritable(config.Folder(caller.Account, settings.Region), stop);
        await log.Flush(caller.Account, stop);
        await configs.Set(caller.Account, json!.AsObject(), stop);
        await audit.Write(caller, "logging.put", config.Bucket, stop: stop);
        await context.Write(200, new JsonObject());
    }

    async Task Get(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Read);
        new Query(context).Finish();
        var answer = new JsonObject();
        if (await configs.Of(caller.Account, context.RequestAborted) is { } config)
        {
            answer["loggingConfig"] = config;
        }

        await context.Write(200, answer);
    }

    async Task Delete(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Admin), context.RequestAborted);
        new Query(context).Finish();
        await log.Flush(caller.Account, stop);
        await configs.Set(caller.Account, null, stop);
        await audit.Write(caller, "logging.delete", caller.Account, stop: stop);
        await context.Write(200, new JsonObject());
    }
}
