using Sluice.Worker.Commands;

return await CommandLine.Create().Parse(args).InvokeAsync();
