using Microsoft.Extensions.Hosting;

namespace Hone.Server.Files;

static class FileServices
{
    public static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.AddSingleton<FileRows>();
        services.AddSingleton<FileContents>();
        services.AddSingleton<FolderFiles>();
        services.AddSingleton<IFiles>(provider => provider.GetRequiredService<FolderFiles>());
        services.AddSingleton<IHostedService, FileSweep>();
        services.AddSingleton<IObjects>(provider => provider.GetRequiredService<ServerSettings>() switch
        {
            { BucketFolder: { } folder } => new FolderObjects(folder),
            { S3Endpoint: { } endpoint } settings => new S3Objects(endpoint, settings.Region),
            var settings => new FolderObjects(Path.Combine(settings.DataFolder, "buckets")),
        });
        return services;
    }
}
