//! The table of error codes (one row each): the only place where a code's numbers and words are
//! written.

/// One row of the table.
struct Row {
    code: u16,
    subcode: u32,
    name: &'static str,
    message: &'static str,
}

macro_rules! codes {
    ($($variant:ident = $code:literal / $subcode:literal, $name:literal, $message:literal;)*) => {
        /// An error code of the protocol: an HTTP status with a subcode.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(
                #[doc = concat!("`", $code, "/", $subcode, "`: ", $message, ".")]
                $variant,
            )*
        }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            const fn row(self) -> Row {
                match self {
                    $(Code::$variant => Row {
                        code: $code,
                        subcode: $subcode,
                        name: $name,
                        message: $message,
                    },)*
                }
            }
        }
    };
}

impl Code {
    /// The HTTP status, also `result_code` in the envelope.
    pub const fn code(self) -> u16 {
        self.row().code
    }

    /// `result_subcode` in the envelope; 0 stands for "none".
    pub const fn subcode(self) -> u32 {
        self.row().subcode
    }

    /// The protocol's name of this error, by which its page in the documentation is found.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The default message: first letter upper-case, the rest lower-case.
    pub const fn message(self) -> &'static str {
        self.row().message
    }
}

codes! {
    NotSupported301 = 301/1, "not_supported", "No longer supported in the requested version";

    Plain400 = 400/0, "bad_request", "Bad request";
    NotSupported400 = 400/1, "not_supported", "Endpoint is not supported";
    RequestPathHasInvalidVersion = 400/2, "request_path_has_invalid_version", "Request path has an invalid version";
    InvalidHeaders = 400/5, "invalid_headers", "Invalid headers";
    ImpersonationError = 400/6, "impersonation_error", "Impersonation failed";
    InvalidId = 400/10, "invalid_id", "Invalid object id";
    MissingRequiredFields = 400/11, "missing_required_fields", "Missing required fields";
    ValidationError = 400/12, "validation_error", "Validation error";
    FieldsNotAllowedForRole = 400/13, "fields_not_allowed_for_role", "Fields not allowed for role";
    InvalidFields = 400/14, "invalid_fields", "Invalid fields for this object";
    FieldsConflict = 400/15, "fields_conflict", "Conflicting fields";
    FieldsValueError = 400/16, "fields_value_error", "Invalid value for fields";
    BatchContainsNoItems = 400/17, "batch_contains_no_items", "Batch contains no items";
    BatchValidationError = 400/18, "batch_validation_error", "Batch item is invalid";
    InvalidLuceneSyntax = 400/19, "invalid_lucene_syntax", "Invalid lucene query";
    FieldsTypeError = 400/20, "fields_type_error", "Invalid type for fields";
    InvalidRegexError = 400/21, "invalid_regex_error", "Invalid regular expression";
    InvalidEmailAddress = 400/22, "invalid_email_address", "Invalid email address";
    InvalidDomainName = 400/23, "invalid_domain_name", "Invalid domain name";
    NotPublicObject = 400/24, "not_public_object", "Object is not public";
    InvalidAccessKey = 400/75, "invalid_access_key", "Access key not found";
    TaskError = 400/100, "task_error", "General task error";
    InvalidTaskId = 400/101, "invalid_task_id", "Invalid task id";
    TaskValidationError = 400/102, "task_validation_error", "Task validation error";
    InvalidTaskStatus = 400/110, "invalid_task_status", "Invalid task status";
    TaskNotStarted = 400/111, "task_not_started", "Task is not started";
    TaskInProgress = 400/112, "task_in_progress", "Task is in progress";
    TaskPublished = 400/113, "task_published", "Task is published";
    TaskStatusUnknown = 400/114, "task_status_unknown", "Task status is unknown";
    InvalidTaskExecutionProgress = 400/120, "invalid_task_execution_progress", "Invalid task execution progress";
    FailedChangingTaskStatus = 400/121, "failed_changing_task_status", "Task status was changed by another call";
    MissingTaskFields = 400/122, "missing_task_fields", "Task is missing expected fields";
    TaskCannotBeDeleted = 400/123, "task_cannot_be_deleted", "Task cannot be deleted";
    TaskHasJobsRunning = 400/125, "task_has_jobs_running", "Task has unfinished jobs";
    InvalidTaskType = 400/126, "invalid_task_type", "Invalid task type";
    InvalidTaskInput = 400/127, "invalid_task_input", "Invalid task input";
    InvalidTaskOutput = 400/128, "invalid_task_output", "Invalid task output";
    TaskPublishInProgress = 400/129, "task_publish_in_progress", "Task is being published";
    TaskNotFound = 400/130, "task_not_found", "Task not found";
    EventsNotAdded = 400/131, "events_not_added", "No event was added";
    OperationSupportedOnReportsOnly = 400/150, "operation_supported_on_reports_only", "Operation is supported on reports only";
    CannotRemoveAllRuns = 400/160, "cannot_remove_all_runs", "At least one pipeline run must remain";
    ModelError = 400/200, "model_error", "General model error";
    InvalidModelId = 400/201, "invalid_model_id", "Invalid model id";
    ModelNotReady = 400/202, "model_not_ready", "Model is not published";
    ModelIsReady = 400/203, "model_is_ready", "Model is already published";
    InvalidModelUri = 400/204, "invalid_model_uri", "Invalid model uri";
    ModelInUse = 400/205, "model_in_use", "Model is used by tasks";
    ModelCreatingTaskExists = 400/206, "model_creating_task_exists", "Task that created this model exists";
    InvalidUser = 400/300, "invalid_user", "Invalid user";
    InvalidUserId = 400/301, "invalid_user_id", "Invalid user id";
    UserIdExists = 400/302, "user_id_exists", "User id already exists";
    InvalidPreferencesUpdate = 400/305, "invalid_preferences_update", "Invalid preferences update";
    InvalidProjectId = 400/401, "invalid_project_id", "Invalid project id";
    ProjectHasTasks = 400/402, "project_has_tasks", "Project has associated tasks";
    ProjectNotFound = 400/403, "project_not_found", "Project not found";
    ProjectHasModels = 400/405, "project_has_models", "Project has associated models";
    ProjectHasDatasets = 400/406, "project_has_datasets", "Project has non-empty datasets";
    InvalidProjectName = 400/407, "invalid_project_name", "Invalid project name";
    CannotUpdateProjectLocation = 400/408, "cannot_update_project_location", "Renaming cannot move a project, use projects.move";
    ProjectPathExceedsMax = 400/409, "project_path_exceeds_max", "Project path exceeds the maximum depth";
    ProjectSourceAndDestinationAreTheSame = 400/410, "project_source_and_destination_are_the_same", "Project source and destination are the same";
    ProjectCannotBeMovedUnderItself = 400/411, "project_cannot_be_moved_under_itself", "Project cannot be moved under itself";
    ProjectCannotBeMergedIntoItsChild = 400/412, "project_cannot_be_merged_into_its_child", "Project cannot be merged into its child";
    ProjectHasPipelines = 400/413, "project_has_pipelines", "Project has active pipelines";
    PublicProjectExists = 400/414, "public_project_exists", "Public project of the same name exists";
    InvalidQueueId = 400/701, "invalid_queue_id", "Invalid queue id";
    QueueNotEmpty = 400/702, "queue_not_empty", "Queue is not empty";
    InvalidQueueOrTaskNotQueued = 400/703, "invalid_queue_or_task_not_queued", "Invalid queue id or task not in queue";
    RemovedDuringReposition = 400/704, "removed_during_reposition", "Task was removed from the queue while being moved";
    FailedAddingDuringReposition = 400/705, "failed_adding_during_reposition", "Task could not be put back in the queue while being moved";
    TaskAlreadyQueued = 400/706, "task_already_queued", "Task is already in this queue";
    NoDefaultQueue = 400/707, "no_default_queue", "No queue is tagged as the default queue";
    MultipleDefaultQueues = 400/708, "multiple_default_queues", "More than one queue is tagged as the default queue";
    DataValidationError = 400/800, "data_validation_error", "Data validation error";
    ExpectedUniqueData = 400/801, "expected_unique_data", "Value must be unique";
    InvalidWorkerId = 400/1001, "invalid_worker_id", "Invalid worker id";
    WorkerRegistrationFailed = 400/1002, "worker_registration_failed", "Worker registration failed";
    WorkerRegistered = 400/1003, "worker_registered", "Worker is already registered";
    WorkerNotRegistered = 400/1004, "worker_not_registered", "Worker is not registered";
    WorkerStatsNotFound = 400/1005, "worker_stats_not_found", "Worker statistics not found";
    InvalidContainerId = 400/1050, "invalid_container_id", "Invalid container id";
    ContainerNotRegistered = 400/1051, "container_not_registered", "Container is not registered";
    NoContainersForUrl = 400/1052, "no_containers_for_url", "No container serves this url";
    InvalidScrollId = 400/1104, "invalid_scroll_id", "Invalid scroll id";

    Plain401 = 401/0, "unauthorized", "Unauthorized";
    NotAuthorized = 401/1, "not_authorized", "Not authorized for this endpoint";
    EntityNotAllowed = 401/2, "entity_not_allowed", "Not authorized for this entity";
    BadAuthType = 401/10, "bad_auth_type", "Unknown authorization scheme";
    NoCredentials = 401/20, "no_credentials", "No credentials were sent";
    BadCredentials = 401/21, "bad_credentials", "Malformed credentials";
    InvalidCredentials = 401/22, "invalid_credentials", "Invalid credentials";
    InvalidToken = 401/30, "invalid_token", "Invalid token";
    BlockedToken = 401/31, "blocked_token", "Token is blocked";
    InvalidFixedUser = 401/40, "invalid_fixed_user", "Fixed user not found";

    Plain403 = 403/0, "forbidden", "Forbidden";
    RoutingError = 403/10, "routing_error", "Routing error";
    BlockedInternalEndpoint = 403/12, "blocked_internal_endpoint", "Internal endpoint is blocked";
    RoleNotAllowed = 403/20, "role_not_allowed", "Role not allowed";
    NoWritePermission = 403/21, "no_write_permission", "Object is read-only";

    Plain404 = 404/0, "not_found", "Not found";

    NotSupported410 = 410/1, "not_supported", "Endpoint was removed";

    GeneralError = 500/0, "general_error", "General error";
    InternalError = 500/1, "internal_error", "Internal error";
    ConfigError = 500/2, "config_error", "Configuration error";
    BuildInfoError = 500/3, "build_info_error", "Build info error";
    LowDiskSpace = 500/4, "low_disk_space", "Storage is full or read-only";
    TransactionError = 500/10, "transaction_error", "Nested call failed";
    DataError = 500/100, "data_error", "General data error";
    InconsistentData = 500/101, "inconsistent_data", "Inconsistent data in document";
    DatabaseUnavailable = 500/102, "database_unavailable", "Database is unavailable";
    UpdateFailed = 500/110, "update_failed", "Update failed";
    MissingIndex = 500/201, "missing_index", "Missing index";
    NotImplemented = 500/9999, "not_implemented", "Action is not implemented";
}
